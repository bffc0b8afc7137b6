import { expect, test } from 'vitest'
import { graphqlNamesOf, relationKey } from '../../src/logical/names/graphqlNames.ts'

test('a model of two words has these names in the API', () => {
  expect(graphqlNamesOf('food_order')).toEqual({
    single_query: 'foodOrder',
    list_query: 'foodOrderList',
    count_query: 'foodOrderListCount',
    create_mutation: 'createFoodOrder',
    upsert_mutation: 'upsertFoodOrderList',
    update_mutation: 'updateFoodOrder',
    delete_mutation: 'deleteFoodOrder',
    object_type: 'FoodOrder',
    list_type: 'FoodOrderList',
    create_result: 'Create_FoodOrder',
    update_result: 'Update_FoodOrder',
    delete_result: 'Delete_FoodOrder',
    upsert_result: 'Upsert_FoodOrderList',
    create_payload: 'Food_Order_Create_Payload',
    update_payload: 'Food_Order_Update_Payload',
    upsert_payload: 'Food_Order_List_Upsert_Payload',
    list_connection: 'Food_Order_List_Connection',
    where_input: 'FOODORDERLIST_INPUT_WHERE_PAYLOAD',
    sort_input: 'FOODORDERLIST_INPUT_SORT_PAYLOAD',
    key_condition: 'FOODORDERLIST_KEY_CONDITION',
    count_where_input: 'FOOD_ORDER_LIST_COUNT_INPUT_WHERE_PAYLOAD',
    connection_filter: 'FOOD_ORDER_CONNECTION_FILTER_CONDITION',
  })
})

test('a model of one word has no joints in its names', () => {
  expect(graphqlNamesOf('food')).toMatchObject({
    single_query: 'food',
    list_query: 'foodList',
    object_type: 'Food',
    create_payload: 'Food_Create_Payload',
    where_input: 'FOODLIST_INPUT_WHERE_PAYLOAD',
  })
})

test('a digit is a word of its own, as in the model name', () => {
  expect(graphqlNamesOf('order_2')).toMatchObject({ single_query: 'order2', object_type: 'Order2' })
})

test('a relation is called by its own name, else by that of its peer', () => {
  expect(relationKey('food_order', undefined)).toBe('foodOrder')
  expect(relationKey('food_order', 'favourite_dish')).toBe('favourite_dish')
})
